"""The design system: base templates, components, tokens, assets, page decorators, error pages."""
