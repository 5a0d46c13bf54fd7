"""How the models are made, from data to shipped weights. `make train` runs it; nothing here is shipped."""
