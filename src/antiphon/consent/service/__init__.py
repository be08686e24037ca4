"""The gate: purposes, answers, rules, decisions, systems, permits, recalls."""
