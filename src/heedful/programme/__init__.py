"""The deployment programme: six steps from the first meeting to launch, and round again in review. One room per step."""
