"""Makes text safe for the place where it is shown or stored: Markdown, HTML, a terminal, a YAML scalar."""
