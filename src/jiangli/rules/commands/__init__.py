"""What the command ``jiangli`` says about the law, in words or as JSON: one module per question."""
