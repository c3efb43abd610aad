"""Text made safe for where it lands: Markdown and HTML, a terminal, a YAML scalar."""
