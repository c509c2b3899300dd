"""Speaking in public: publishing a post once, and proving it."""
