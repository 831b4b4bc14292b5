"""The patient's path through tiered care.

Read in the order of the path: `onset` -> `choice` -> `visit` -> `referral` -> `stay`; `capability` (who is
able), `reach` (where), `payment` and `record` are used on the way; `path` joins them into `next_step`.
"""
