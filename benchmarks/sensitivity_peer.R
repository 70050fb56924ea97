# The peer of `benchmarks/sensitivity.py`: COINr regenerates an index of the same size.
#
# Usage: Rscript sensitivity_peer.R UNITS INDICATORS RUNS
# Prints the seconds of an uncertainty analysis of RUNS regenerations. A regeneration normalises
# and aggregates, and nothing else: no imputation and no treatment of outliers, so that COINr is
# asked for no more than GapTracker does. A sensitivity analysis regenerates in the same way,
# N x (choices + 2) times.

suppressMessages(library(COINr))

given <- as.integer(commandArgs(trailingOnly = TRUE))
units <- given[1]
indicators <- given[2]
runs <- given[3]

set.seed(1)
codes <- sprintf("i%03d", seq_len(indicators))
values <- data.frame(uCode = sprintf("u%04d", seq_len(units)))
for (code in codes) values[[code]] <- runif(units, 0, 100)
meta <- data.frame(
  Level = c(rep(1, indicators), 2),
  iCode = c(codes, "Index"),
  Parent = c(rep("Index", indicators), NA),
  Direction = 1,
  Weight = 1,
  Type = c(rep("Indicator", indicators), "Aggregate")
)

coin <- suppressMessages({
  made <- new_coin(values, meta, quietly = TRUE)
  made <- Normalise(
    made,
    dset = "Raw", global_specs = list(f_n = "n_minmax", f_n_para = list(c(1, 100)))
  )
  Aggregate(made, dset = "Normalised", f_ag = "a_amean")
})

noisy <- get_noisy_weights(
  coin$Meta$Weights$Original,
  noise_specs = data.frame(Level = 1, NoiseFactor = 0.5), Nrep = 100
)
choices <- list(
  weights = list(Address = "$Log$Aggregate$w", Distribution = noisy, Type = "discrete"),
  aggregation = list(
    Address = "$Log$Aggregate$f_ag", Distribution = c("a_amean", "a_gmean"), Type = "discrete"
  )
)

taken <- system.time(suppressMessages(
  get_sensitivity(
    coin, choices,
    N = runs, SA_type = "UA", dset = "Aggregated", iCode = "Index",
    quietly = TRUE, check_addresses = FALSE
  )
))
cat(taken[["elapsed"]], "\n")
