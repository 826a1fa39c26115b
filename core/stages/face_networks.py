"""Train the three networks that read faces, from the portraits and their teachers on. One run folder holds it all.

By steps, not minutes: on one machine with one number of threads the same command makes the same networks.
"""

from pathlib import Path

from core.configs import (
    FaceNetworksConfig,
    LabelFacesConfig,
    RenderHeadsConfig,
    TrainFinderConfig,
    TrainLandmarksConfig,
    TrainParserConfig,
)
from core.reporting import Reporter
from core.stages.chain import Link, run_chain
from core.stages.label_faces import label_faces
from core.stages.render_heads import render_heads
from core.stages.train_finder import train_finder
from core.stages.train_landmarks import train_landmarks
from core.stages.train_parser import train_parser


def face_networks(config: FaceNetworksConfig, folder: Path, reporter: Reporter) -> None:
    """Write models/{finder,landmarks,parser}.onnx with their cards into the run folder; the same call again goes on.

    To ship them, copy models/ to resources/models.
    """
    labels, heads = str(folder / "labels"), str(folder / "heads")
    threads, seed = config.threads, config.seed
    rendering = RenderHeadsConfig(heads=config.heads, avatars=config.avatars, seed=seed)
    finder = TrainFinderConfig(labels, steps=config.finder_steps, threads=threads, seed=seed)
    landmarks = TrainLandmarksConfig(labels, steps=config.landmarks_steps, settling=config.settling, threads=threads, seed=seed)
    parser = TrainParserConfig(labels, steps=config.parser_steps, heads=heads, closer=config.closer, threads=threads, seed=seed)
    links = (
        Link("labels", label_faces, LabelFacesConfig(limit=config.portraits), "manifest.json"),
        Link("heads", render_heads, rendering, "manifest.json"),
        Link("finder", train_finder, finder, "finder.json"),
        Link("landmarks", train_landmarks, landmarks, "landmarks.json"),
        Link("parser", train_parser, parser, "parser.json"),
    )
    run_chain(links, folder, reporter)
