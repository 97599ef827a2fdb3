"""What `wuzhen eval` measures with: question files, measures, and a plot of them."""
