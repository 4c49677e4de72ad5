"""What a telephone carries of a sound: 300-3,400 Hz at 8,000 samples a second."""

from fractions import Fraction

import av
import numpy as np

from ivr.sound.decode import frame_of
from ivr.sound.samples import TELEPHONE_RATE, Samples

# A linear-phase filter, flat from 500 to 3,000 Hz, -1 dB at 300, -57 dB at 3,500. Two-pole filters instead
# lose 4 dB at 3 kHz, where consonants are.
BAND = "gain='if(between(f,280,3420),0,-80)':delay=0.02:accuracy=10:zero_phase=1:wfunc=hann"
INNER_RATE = "16000"
LAST_RATE = f"{TELEPHONE_RATE}:filter_size=64:cutoff=0.98"


def to_telephone_band(samples: Samples) -> Samples:
    """The sound as 8 kHz, with what lies outside the telephone's band taken away."""
    graph = _graph(samples.rate)
    graph.push(frame_of(samples))
    graph.push(None)
    return Samples(_pull(graph), TELEPHONE_RATE)


def _graph(rate: int) -> av.filter.Graph:
    graph = av.filter.Graph()
    graph.threads = 1
    graph.link_nodes(
        graph.add_abuffer(sample_rate=rate, format="flt", layout="mono", time_base=Fraction(1, rate)),
        graph.add("aresample", INNER_RATE),
        graph.add("firequalizer", BAND),
        graph.add("aresample", LAST_RATE),
        graph.add("aformat", "sample_fmts=flt:channel_layouts=mono"),
        graph.add("abuffersink"),
    ).configure()
    return graph


def _pull(graph: av.filter.Graph) -> np.ndarray:
    parts = [np.zeros(0)]
    while True:
        try:
            frame = graph.pull()
        except av.error.EOFError:
            return np.concatenate(parts)
        assert isinstance(frame, av.AudioFrame)  # noqa: S101 (an audio graph gives audio frames)
        parts.append(frame.to_ndarray()[0].astype(np.float64))
