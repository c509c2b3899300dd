"""Posts in public: one post, and how each platform takes it."""
