"""What those who look after an instance see of it: periodic jobs, the worker, what doctor warns about. No matter."""
