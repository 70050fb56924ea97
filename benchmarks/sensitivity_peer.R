# The peer of `benchmarks/sensitivity.py`: COINr does the same analyses of an index of the same size.
#
# Usage: Rscript sensitivity_peer.R UA|SA UNITS INDICATORS N
#
# UA: an uncertainty analysis of N regenerations. SA: a sensitivity analysis of five choices with N
# base runs, N x (5 + 2) regenerations, and a bootstrap of the indices. Prints a line each of
# name and value: the seconds that `get_sensitivity` took (not the building of the coin), the
# regenerations, those that failed, and the versions.
#
# A regeneration builds the coin, normalises and aggregates, and nothing else: no imputation and no
# treatment of outliers, so that COINr is asked for no more than GapTracker does. The choices are
# as near to GapTracker's as COINr has them: weights moved by half, aggregation, how values are
# placed on the scale. It has no half-life and no solicited statements; whether values are normalised
# at all and how much data a unit must have stand for these, and cost next to nothing.

suppressMessages(library(COINr))

given <- commandArgs(trailingOnly = TRUE)
if (length(given) != 4 || !given[1] %in% c("UA", "SA")) {
  stop("expected UA or SA, units, indicators and runs; came: ", paste(given, collapse = " "))
}
kind <- given[1]
units <- as.integer(given[2])
indicators <- as.integer(given[3])
runs <- as.integer(given[4])

set.seed(1)
codes <- sprintf("i%03d", seq_len(indicators))
values <- data.frame(uCode = sprintf("u%04d", seq_len(units)))
for (code in codes) values[[code]] <- runif(units, 1, 100)
meta <- data.frame(
  Level = c(rep(1, indicators), 2),
  iCode = c(codes, "Index"),
  Parent = c(rep("Index", indicators), NA),
  Direction = 1,
  Weight = 1,
  Type = c(rep("Indicator", indicators), "Aggregate")
)

# Scales begin at 1: a geometric mean of a zero is none.
scaled <- function(best) list(f_n = "n_minmax", f_n_para = list(c(1, best)))
coin <- suppressMessages({
  made <- new_coin(values, meta, quietly = TRUE)
  made <- Normalise(made, dset = "Raw", global_specs = scaled(100))
  Aggregate(made, dset = "Normalised", f_ag = "a_amean", dat_thresh = 0.5)
})

noisy <- get_noisy_weights(
  coin$Meta$Weights$Original,
  noise_specs = data.frame(Level = 1, NoiseFactor = 0.5), Nrep = 100
)
choice <- function(address, options, type = "discrete") {
  list(Address = address, Distribution = options, Type = type)
}
choices <- list(
  weights = choice("$Log$Aggregate$w", noisy),
  aggregation = choice("$Log$Aggregate$f_ag", c("a_amean", "a_gmean", "a_hmean")),
  scale = choice("$Log$Normalise$global_specs", list(scaled(90), scaled(100), scaled(110))),
  normalised = choice("$Log$Aggregate$dset", c("Normalised", "Raw")),
  threshold = choice("$Log$Aggregate$dat_thresh", c(0.3, 0.7), "continuous")
)

taken <- system.time(suppressMessages(
  found <- get_sensitivity(
    coin, choices,
    N = runs, SA_type = kind, dset = "Aggregated", iCode = "Index",
    Nboot = if (kind == "SA") 100 else NULL, quietly = TRUE, check_addresses = FALSE
  )
))
scores <- found$Scores[!names(found$Scores) %in% c("uCode", "Nominal")]
cat("seconds", taken[["elapsed"]], "\n")
cat("regenerations", ncol(scores), "\n")
cat("failed", sum(vapply(scores, anyNA, logical(1))), "\n")
cat("coinr", as.character(packageVersion("COINr")), "\n")
cat("r", as.character(getRversion()), "\n")
if (kind == "SA") for (row in seq_len(nrow(found$Sensitivity))) {
  cat(paste0("total_", found$Sensitivity$Variable[row]), found$Sensitivity$STi[row], "\n")
}
