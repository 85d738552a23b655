//! The story of a till and its host, told as it happens: nothing in it is
//! played. Each step is this very program as a till, started anew, with its
//! journal in a file; the host listens on a free port; where the power is cut,
//! the till is killed.

mod books;
mod message;
mod scene;
mod screen;
mod stage;

use crate::exit::{Exit, Failure};
use crate::output::Manner;
use clap::Args as Group;
use scene::{Power, SCENES, Scene};
use stage::Stage;
use std::io::IsTerminal;
use std::time::Duration;

#[derive(Group)]
pub(crate) struct Args {
    /// Short waits and no pauses
    #[arg(long)]
    fast: bool,
}

/// How patient the demonstration is.
#[derive(Clone, Copy)]
struct Pace {
    response_timeout: &'static str,
    guard: &'static str,
    /// Time to read a scene.
    pause: Duration,
}

const FAST: Pace = Pace {
    response_timeout: "1s",
    guard: "300ms",
    pause: Duration::ZERO,
};
const CALM: Pace = Pace {
    response_timeout: "1200ms",
    guard: "1s",
    pause: Duration::from_millis(350),
};

pub(crate) fn run(args: &Args, manner: Manner) -> Result<Exit, Failure> {
    let pace = if args.fast { FAST } else { CALM };
    let stage = Stage::set(pace, manner)?;
    screen::opening(manner, stage.address());
    let mut right = true;
    for (index, scene) in SCENES.iter().enumerate() {
        screen::scene(manner, index + 1, scene);
        right &= play(&stage, scene)?;
        if std::io::stdout().is_terminal() {
            std::thread::sleep(pace.pause);
        }
    }
    let books = stage.books()?;
    screen::books(manner, &books);
    let agree = books.agree() && right;
    Ok(if agree { Exit::Done } else { Exit::Failed })
}

/// Plays a scene; false where it did not end as the story says.
fn play(stage: &Stage, scene: &Scene) -> Result<bool, Failure> {
    if let Some(fault) = scene.fault {
        stage.order(fault)?;
    }
    screen::command(scene);
    match scene.power {
        Power::On => {
            let ended = stage.act(scene)?;
            screen::ended(stage.manner(), &ended);
            Ok(ended.code == Some(scene.exit))
        }
        Power::Cut => {
            stage.cut(scene)?;
            screen::dark(stage.manner(), &stage.last_on_both_sides()?);
            Ok(true)
        }
    }
}
