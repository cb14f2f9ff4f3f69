"""Every place where what is asked for stands, with what stands beside it."""
