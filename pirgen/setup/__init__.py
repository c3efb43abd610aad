"""Starting: a review from a template, from its incident's log where there is one."""
