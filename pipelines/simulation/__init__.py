"""A made-up province: life histories first, then what the offices deliver of them, late, corrected and with faults.

`world` → `people`, `work`, `posts` (what is true) → `registers`, `payments` (what is recorded of it, and when it is
known) → `faults` → `offices` (files). The truth is written beside the landing and is never read by the pipeline.
"""
