"""pirgen: post-incident reviews as code.

The public API is three functions: `pirgen.lint.lint` checks reviews, `pirgen.site.render` makes their pages,
`pirgen.report.report` derives the figures from git. Each takes the project's folder and its
`pirgen.config.Config`, which `pirgen.project.Project` finds.
"""

__version__ = "0.1.0"
