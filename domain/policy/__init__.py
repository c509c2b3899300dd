"""What the employee may do alone: the owner's handbook and the rules that read it."""
