"""Who is knocking: known AI agents and what each is refused, budgets for everybody else, and what was turned away."""
