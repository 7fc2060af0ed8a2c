"""Landing: a delivered file, safely, to raw cells. Nothing here knows what a cell means."""
