"""Twenty questions to the handbook as callers say them: (question, words the answer holds, its heading); None is unanswerable."""

QUESTIONS: tuple[tuple[str, str | None, str], ...] = (
    ("how much is it if i cancel late", "40 dollars", "Changing or cancelling"),
    ("what happens if i don't show up to my appointment", "60 dollars", "Missed appointments"),
    ("what should i bring to my first visit", "photo ID", "What to bring"),
    ("do you take american express", "not American Express", "How you can pay"),
    ("is delta dental okay with you", "Delta Dental", "Insurance"),
    ("can i bring my dog along", "Guide dogs", "Access"),
    ("how long do i have to wait for a crown", "eight working days", "Crowns and bridges"),
    ("my tooth got knocked out what do i do", "crown", "A tooth knocked out"),
    ("which bus goes to you", "4 and 11", "By bus and train"),
    ("what does laughing gas cost", "90 dollars", "Sedation"),
    ("do you fit braces", "Dr. Chen", "Braces"),
    ("is there a discount for students", "ten per cent", "Discounts"),
    ("can i get a copy of my x-rays", "fourteen days", "Records"),
    ("does anyone there speak hindi", "Hindi", "Languages"),
    ("can i pay in installments", "twelve monthly", "Paying in instalments"),
    ("who do i call at night if it hurts", "202-555-0144", "Out of hours"),
    ("how much does teeth whitening cost", "280 dollars", "Whitening"),
    ("do you offer botox injections", None, ""),
    ("which toothpaste brand does the dentist recommend", None, ""),
    ("is there a pharmacy in your building", None, ""),
)
