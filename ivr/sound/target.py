"""What a master is to be; apart from the code that makes one, because that is slow to import."""

# Where professional prompts lie: active speech -18.8 to -21.3 dBov, measured over 344 of them. The
# telephone's own reference, -19 dBm0 (RFC 7874 §4), is within 6 dB of it.
TARGET = -20.0
COMFORT = TARGET - 9.0  # of a sound to wait by: well below the voice that follows it
HIGHEST_PEAK = -3.0
CHAIN = "1"  # counted up when the same input gives other bytes: everything is then built again
LEAD = 0.10  # seconds of silence before speech
TAIL = 0.25  # seconds of silence after it
