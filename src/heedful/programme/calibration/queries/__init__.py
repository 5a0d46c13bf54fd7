"""What is read of the calibration exercise."""
