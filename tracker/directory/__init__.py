"""Units, their people's groups and areas, fields of work, routing and the province's switches."""
