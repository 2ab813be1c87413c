"""The headline figures of each room, its peers and its cost; one runner a room."""
