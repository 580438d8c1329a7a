"""What the tests are made of: wheels, environments, observations, and stand-ins."""
