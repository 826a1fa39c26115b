"""Train everything that ships for an engine: render its avatars, then train its three estimators. One run folder holds it all."""

from pathlib import Path

from core.configs import RenderAvatarsConfig, ShipConfig, TrainEstimatorConfig
from core.reporting import Reporter
from core.stages.chain import Link, run_chain
from core.stages.render_avatars import render_avatars
from core.stages.train_estimator import train_estimator


def ship(config: ShipConfig, folder: Path, reporter: Reporter) -> None:
    """Write models/ENGINE_NETWORK.onnx with their cards into the run folder; the same call again goes on where it stopped.

    To ship them, copy models/ to resources/models.
    """
    renders, portraits, seed = str(folder / "renders"), config.portraits, config.seed
    networks = (
        # The baseline keeps the paper's weights of the losses, at which numbers are hardly learnt beside the discrete parameters.
        TrainEstimatorConfig("baseline", renders, config.baseline_minutes, threads=0, seed=seed),
        *(
            TrainEstimatorConfig(name, renders, minutes, threads=0, portraits=portraits, discrete_weight=1.0, seed=seed)
            for name, minutes in (("shape", config.shape_minutes), ("details", config.details_minutes))
        ),
    )
    links = [
        Link("renders", render_avatars, RenderAvatarsConfig(config.engine, config.count, seed=seed)),
        *(Link(one.network, train_estimator, one, f"{config.engine}_{one.network}.json") for one in networks),
    ]
    run_chain(links, folder, reporter)
