"""Tables, repositories, field encryption and the media store. Everything personal is sealed before it reaches a row."""
