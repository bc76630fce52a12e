"""Tell: messages to claimants; their texts are files."""
