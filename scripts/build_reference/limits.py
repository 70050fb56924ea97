"""The least and greatest value of each indicator that can be true; beyond them a build stops.

The bounds are wide on purpose: an outlier that is real (El Salvador's 1,728 prisoners per 100,000
people) has to pass, a figure in the wrong unit or column has not.
"""

LIMITS: dict[str, tuple[float, float]] = {
    "armed_forces_rate": (0, 100),
    "cannabis_adult_use_population_share": (0, 1),
    "cannabis_law": (0, 0),
    "death_penalty_status": (0, 0),
    "drug_executions_rate": (0, 500),
    "drug_prisoner_share": (1, 100),
    "executions_recorded": (0, 5000),
    "human_rights_latent": (-6, 8),
    "human_rights_vdem": (0, 1),
    "medical_cannabis_law": (0, 0),
    "military_policing": (0, 3),
    "military_spending": (0, 60),
    "needles_per_injector": (0, 1000),
    "oat_coverage": (0, 100),
    "occupancy": (5, 400),
    "opioid_consumption_decile": (1, 10),
    "opioids_on_essential_list": (0, 60),
    "possession_prisoner_share": (1, 100),
    "prison_rate": (1, 2500),
    "retail_drug_prosecution_rate": (0, 2000),
    "treatment_coverage_sud": (0, 100),
    "unsentenced_share": (0, 100),
    "years_since_last_execution": (0, 400),
}
