"""What running the days unattended needs beside the steps themselves; the scheduler is told nothing here."""
