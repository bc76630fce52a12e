"""Before the claim: a class filed in advance (备案), its trainees, and the examination of who they are (资格审查)."""
