//! The one way out: everything printed passes through here, is made visible, and is coloured on a terminal only.

use std::io::{self, BufWriter, IsTerminal as _, StderrLock, StdoutLock, Write};

use crate::visible::visible;

/// How a piece of text looks on a terminal. Colour never says what words don't.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// A word that is bad news.
    Bad,
    /// A heading.
    Bold,
    /// Less important.
    Dim,
    /// A word that is good news.
    Good,
    /// As it is.
    Plain,
    /// A word that asks for attention.
    Warn,
}

impl Style {
    const fn code(self) -> Option<&'static str> {
        match self {
            Self::Bad => Some("1;31"),
            Self::Bold => Some("1"),
            Self::Dim => Some("2"),
            Self::Good => Some("1;32"),
            Self::Plain => None,
            Self::Warn => Some("1;33"),
        }
    }
}

/// Standard output. Once its reader has gone away, nothing more is written and nothing is said about it.
pub struct Screen {
    out: BufWriter<StdoutLock<'static>>,
    colour: bool,
    closed: bool,
}

impl Screen {
    /// Standard output, in colour if it is a terminal and nobody minds.
    pub fn stdout(plain: bool) -> Self {
        let out = io::stdout().lock();
        let colour = !plain && out.is_terminal();
        Self { out: BufWriter::new(out), colour, closed: false }
    }

    /// A piece of text.
    pub fn put(&mut self, style: Style, text: &str) -> io::Result<()> {
        let text = visible(text);
        match style.code().filter(|_| self.colour) {
            Some(code) => self.write(&format!("\x1b[{code}m{text}\x1b[0m")),
            None => self.write(&text),
        }
    }

    /// A whole line.
    pub fn line(&mut self, text: &str) -> io::Result<()> {
        self.put(Style::Plain, text)?;
        self.end()
    }

    /// An empty line and a heading.
    pub fn heading(&mut self, text: &str) -> io::Result<()> {
        self.end()?;
        self.put(Style::Bold, text)?;
        self.end()
    }

    /// The end of a line.
    pub fn end(&mut self) -> io::Result<()> {
        self.write("\n")
    }

    /// JSON, over several lines.
    pub fn json(&mut self, json: &str) -> io::Result<()> {
        self.write(&crate::visible::visible_json(json))?;
        self.end()
    }

    /// Sends what is still waiting.
    pub fn flush(&mut self) -> io::Result<()> {
        let flushed = if self.closed { Ok(()) } else { self.out.flush() };
        self.unless_gone(flushed)
    }

    fn write(&mut self, text: &str) -> io::Result<()> {
        let written = if self.closed { Ok(()) } else { self.out.write_all(text.as_bytes()) };
        self.unless_gone(written)
    }

    fn unless_gone(&mut self, result: io::Result<()>) -> io::Result<()> {
        match result {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(())
            }
            other => other,
        }
    }
}

/// Says on standard error why there is no answer. If that can't be written either, the exit code has to do.
pub fn complain(problem: &dyn std::error::Error) {
    let _ = writeln!(io::stderr().lock(), "evidence: {}", visible(&problem.to_string()));
}

/// One line on standard error that tells how far the work is; there is none unless somebody is looking.
pub struct ProgressLine(Option<StderrLock<'static>>);

impl ProgressLine {
    /// Begins the line.
    pub fn begin() -> Self {
        let out = io::stderr().lock();
        Self(out.is_terminal().then_some(out))
    }

    /// Replaces it.
    pub fn say(&mut self, text: &str) {
        self.write(&format!("\r\x1b[K{}", visible(text)));
    }

    /// Takes it away.
    pub fn finish(mut self) {
        self.write("\r\x1b[K");
    }

    fn write(&mut self, text: &str) {
        if let Some(out) = &mut self.0 {
            let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        }
    }
}
