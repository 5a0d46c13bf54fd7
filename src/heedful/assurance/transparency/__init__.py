"""What pupils and families can read: generated from what is really switched on."""
