"""What a draft of the threshold table would have made of the captures that are stored."""
