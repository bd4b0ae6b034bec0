"""Working days, promise clocks and the dates they give. All pure but the tables; no page, no issue."""
