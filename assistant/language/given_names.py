"""Given names that callers have: they tell "it's Joan" from "it's late" when nothing is capitalised."""

from __future__ import annotations

from assistant.language.text import listed

GIVEN_NAMES = listed(
    """
    aaron abby abdul abdullah abel abigail abraham ada adam addison adele adeline adrian adriana adrienne agatha agnes ahmad ahmed
    aidan aileen aimee aisha akira alan alana alba albert alberto alec alejandra alejandro alessandra alex alexa alexander alexandra
    alexandria alexis alfonso alfred alfredo ali alice alicia alina alisa alisha alison alistair allan allen allison alma alvin
    alyssa amanda amara amari amber amelia amelie amina amir amira amit amy ana anastasia andre andrea andreas andres andrew andy
    angel angela angelica angelina angie angus anil anita anjali ann anna annabel annabelle anne annette annie anthony antoine
    antoinette anton antonia antonio anya ariana arianna ariel arjun arlene arnold arthur arturo arun asha ashley ashton astrid
    athena aubrey audrey augustus aurora ava avery axel ayesha aylin bailey barbara barnaby barney barry bart beatrice beatriz becky
    belinda bella ben benedict benjamin bennett benny bernadette bernard bernice bert bertha beth bethany betsy betty beverly bianca
    bilal billie billy blake blanca bob bobby bonnie brad bradley brady brandi brandon brandy breanna brenda brendan brent brett
    brian briana brianna bridget brigitte brittany brody brooke bruce bruno bryan bryce byron caitlin caleb callum calvin camila
    camilla cameron candace carina carl carla carlos carmen carol carole carolina caroline carolyn carrie carter casey cassandra
    cassie catalina catherine cathy cecilia cecily cedric celeste celia celine cesar chad chandra chantal charlene charles charlie
    charlotte chelsea cheryl chester chiara chloe chris christa christian christina christine christopher christy cindy claire clara
    clarence clarissa claude claudia clay clayton clement cliff clifford clint clinton clive clyde cody colin colleen connie connor
    conor conrad constance cora corey corinne cory courtney craig cristian cristina curtis cynthia daisy dale damian damon dan dana
    daniel daniela danielle danny daphne darius darlene darrell darren daryl dave david dawn dean deanna deb debbie deborah debra
    declan deirdre delia della denis denise dennis derek desmond devin devon diana diane diego dimitri dina dinah dolores dominic
    dominique don donald donna donovan dora doreen doris dorothy doug douglas doyle drew duane duncan dustin dwayne dwight dylan
    eamon earl ed eddie edgar edith edmund edna eduardo edward edwin eileen elaine eleanor elena eli elias elijah elisa elisabeth
    elise elizabeth ella ellen ellie elliot elliott elmer eloise elsa elsie elvira emanuel emelia emerson emil emilia emilio emily
    emma emmanuel enrique eric erica erik erika erin ernest ernesto esme esmeralda esperanza estelle esteban ester esther ethan
    ethel eugene eunice eva evan evangeline eve evelyn ezra fabian faith farah fatima faye felicia felicity felipe felix fernanda
    fernando fiona flora florence floyd frances francesca francesco francis francisco frank frankie franklin fred freda freddie
    frederick freya frida gabriel gabriela gabriella gabrielle gail gareth garrett gary gavin gemma gene geoffrey george georgia
    georgina gerald geraldine gerard german gertrude gianna gideon gilbert gillian gina ginny giovanni gita gladys glen glenda glenn
    gloria gordon grace graham grant greg gregory greta gretchen guadalupe guillermo gus gustavo guy gwen gwendolyn hadley hakim
    haley hamza hana hank hannah hans harold harriet harris harrison harry harvey hassan hattie hazel heath heather hector heidi
    helen helena helene henrietta henry herbert herman hilary hilda hiroshi holly homer hope horace howard hubert hugh hugo hunter
    hussein ian ibrahim ida ignacio igor ilona imani imogen ines ingrid ira irene iris irma isaac isabel isabella isabelle isaiah
    isla ismael israel ivan ivy jack jackie jackson jacob jacqueline jade jaime jake jamal james jamie jan jana jane janelle janet
    janice janine jared jasmin jasmine jason jasper javier jay jayden jean jeanette jeanne jeannie jeff jeffrey jen jenna jennifer
    jenny jeremiah jeremy jerome jerry jesse jessica jessie jesus jill jillian jim jimmy jo joan joann joanna joanne joaquin jocelyn
    jodi jody joe joel johan johanna john johnny jon jonah jonas jonathan jordan jorge jose josefina joseph josephine josh joshua
    josie joy joyce juan juana juanita judith judy julia julian juliana julianne julie juliet julio julius june justin justine kai
    kaitlyn kamal kara karen karim karin karina karl karla kasey kate katelyn katharine katherine kathleen kathryn kathy katie
    katrina katy kay kayla keira keisha keith kelly kelsey ken kendra kenneth kenny kenji kerry kevin khadija khalid kieran kim
    kimberly kirk kirsten kirsty kris krista kristen kristin kristina kumar kurt kyle kylie lacey lachlan lana lance lara larry
    latoya laura lauren laurence laurie lavinia lawrence layla lea leah leanne lee leigh leila lena lenny leo leon leona leonard
    leonardo leroy leslie lester leticia levi lewis liam lila lillian lillie lily lina linda lindsay lindsey lionel lisa liz liza
    lizzie lloyd logan lois lola lora lorena lorenzo loretta lori lorna lorraine lottie lou louis louisa louise lourdes lucas lucia
    luciana lucille lucinda lucy luis luisa luke lupe luther luz lydia lyle lynda lynette lynn lynne mabel mackenzie maddie madeline
    madison mae maggie magnus mahmoud maisie malcolm malik mallory mandy manuel manuela marc marcel marcella marcia marco marcos
    marcus margaret margarita margie margot marguerite maria mariah mariam marian mariana marianne marie mariel marilyn marina mario
    marisa marisol marissa marjorie mark marlene marlon marsha marshall marta martha martin martina marty marvin mary maryam mason
    mateo mathew matilda matt matteo matthew maureen maurice mavis max maxine maxwell maya mei meera megan meghan mehmet melanie
    melinda melissa melody melvin mercedes meredith mia micah michael micheal michele michelle miguel mika mikael mike mila mildred
    miles millie milo milton mina mindy minnie miranda miriam misty mitchell moira mohamed mohammad mohammed moises molly mona
    monica monique morgan morris moses muhammad muriel myra myrtle mustafa nadia nadine nancy naomi natalia natalie natasha nathan
    nathaniel neal neha neil nell nellie nelson nia niall nicholas nick nicola nicolas nicole niels nigel nikhil nikita nikki nina
    nisha noah noel noelle noor nora norma norman norah nuala octavia odette olga olive oliver olivia omar ophelia orla orlando
    oscar otis otto owen pablo padraig paige pam pamela paola pascal pat patrice patricia patrick patsy patti patty paul paula
    paulette paulina pauline pearl pedro peggy penelope penny percy perry pete peter petra phil philip philippa phillip phoebe
    phyllis pierre polly pooja preston priscilla priya quentin quincy quinn rachael rachel rafael rahul raj rajesh ralph ramon
    ramona randall randy raquel rashid raul ravi ray raymond rebecca reese regina reginald rene renee reuben rex rhonda ricardo
    richard rick ricky riley rita rob robbie robert roberta roberto robin rochelle roderick rodney rodrigo roger rohan roland roman
    ron ronald ronan ronnie rory rosa rosalie rosalind rosalyn rosanne rosario roscoe rose rosemary rosie ross rowan roxanne roy
    ruben ruby rudolph rudy rufus russell ruth ryan sabrina sadie said sally salma salvador sam samantha samir samira sammy samson
    samuel sandra sandy sanjay santiago saoirse sara sarah sasha saul savannah scarlett scott sean sebastian selena selina serena
    sergei sergio seth shane shannon sharon shaun shauna shawn sheena sheila shelby sheldon shelly sheri sherry shirin shirley sid
    sidney siobhan sienna sierra silas silvia simon simone sinead skylar sofia solomon sonia sonya sophia sophie stacey stacy stan
    stanley stefan stefanie stella stephan stephanie stephen steve steven stewart stuart sue sunil suresh susan susana susanna susie
    suzanne sybil sydney sylvia tabitha tamara tami tammy tania tanya tara tariq tasha tatiana taylor ted teddy terence teresa
    terrance terrell terri terry tess tessa thelma theo theodora theodore theresa thomas tia tiffany tim timothy tina toby todd tom
    tomas tommy toni tony tonya tracey tracy travis trent trevor tricia trina tristan trudy tucker tyler tyrone ulrich uma una
    ursula usha valentina valeria valerie vanessa vera verna vernon veronica vicente vicki vicky victor victoria vijay vikram vince
    vincent viola violet virginia vivian vivienne vladimir wade wallace wally walter wanda warren wayne wendell wendy wes wesley
    wilbur wilfred will willa willard william willie willow wilma winifred winston wyatt xavier ximena yasmin yasmine yolanda yosef
    yuki yusuf yvette yvonne zac zach zachary zahra zain zara zeynep zoe zoey joana jonny caoimhe aoife niamh ciara roisin eoin
    oisin cormac dermot fergus grainne brigid sorcha tadhg wei ming li chen jun hao xin yan hui jing ling fang feng hiro takashi
    yumi sakura haruto min-jun soo-jin ji-woo nguyen linh thanh minh huong kwame kofi ama chidi chioma ngozi emeka olu femi bola
    tunde yemi amadou fatou moussa aminata zanele thabo sipho
    """
)

#: Given names that are everyday words too: only a strong cue ("my name is ...") makes them names.
AMBIGUOUS = listed(
    """
    will may mark grace rose faith hope april june august art bill rich dawn drew pat sue rob frank joy summer said jan guy guys
    grant miles sandy ray dale heath gene gus clay wade reese max ted don lee kay bob chase dean earl jack jay misty olive pearl
    penny ruby amber angel autumn brandy candy carol cat cherry christian constance crystal daisy destiny flora forest genesis
    ginger glen harmony haven hazel heather heaven holly homer honey hunter iris israel ivy jade jasmine jean jewel juan kit lance
    lily mercy mason norm patience peg pierce precious queen rain reed river robin rocky sage scarlet serenity sky star stone storm
    sunny tiffany trinity van victor violet virginia wren young ali ming li jun min hui fang feng ling ama una tia jo kai olu ben
    can
    """
)
