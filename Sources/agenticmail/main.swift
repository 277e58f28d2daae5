print("agenticmail")
