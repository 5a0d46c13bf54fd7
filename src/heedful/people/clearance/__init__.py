"""Who is trained to open live captures: clearances, what happens when they run out, breaking the glass, and practice schools."""
