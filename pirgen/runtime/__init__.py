"""What any long or repeated work needs: a cache, several processes, and progress on a terminal."""
