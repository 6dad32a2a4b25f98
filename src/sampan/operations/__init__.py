"""What the office does, one short story each, with an actor and a clock passed in. Only this room opens the stores."""
