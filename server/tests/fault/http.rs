//! The smallest HTTP/1.1 client that can be cut off in the middle.

use std::net::SocketAddr;

use serde_json::Value as Json;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufStream};
use tokio::net::TcpStream;

use crate::writes::{Kind, Write};

/// A connection that is kept.
pub struct Client {
    address: SocketAddr,
    keys: Keys,
    stream: Option<BufStream<TcpStream>>,
}

/// The API keys of an agent and of a person.
#[derive(Clone, Default)]
pub struct Keys {
    pub agent: String,
    pub person: String,
}

/// What came back.
pub struct Reply {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Client {
    pub fn new(address: SocketAddr, keys: &Keys) -> Self {
        Self { address, keys: keys.clone(), stream: None }
    }

    /// Sends a write, or whatever is said about one. An error means that no answer came.
    pub async fn send(&mut self, write: &Write) -> std::io::Result<Reply> {
        let key = if write.kind == Kind::Vote { self.keys.person.clone() } else { self.keys.agent.clone() };
        self.ask(&key, "POST", &write.path, &write.body.to_string()).await
    }

    /// Where the portal is.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    pub async fn get(&mut self, path: &str) -> std::io::Result<Reply> {
        let key = self.keys.agent.clone();
        self.ask(&key, "GET", path, "").await
    }

    async fn ask(&mut self, key: &str, method: &str, path: &str, body: &str) -> std::io::Result<Reply> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => BufStream::new(TcpStream::connect(self.address).await?),
        };
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {key}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n",
            self.address,
            body.len()
        );
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(body.as_bytes()).await?;
        stream.flush().await?;
        let reply = read(&mut stream).await?;
        self.stream = Some(stream);
        Ok(reply)
    }
}

impl Reply {
    pub fn json(&self) -> Json {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

async fn read(stream: &mut BufStream<TcpStream>) -> std::io::Result<Reply> {
    let status = line(stream).await?;
    let status = status.split(' ').nth(1).and_then(|status| status.parse().ok());
    let mut length = 0;
    loop {
        let header = line(stream).await?;
        let Some((name, value)) = header.split_once(':') else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().map_err(std::io::Error::other)?;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    Ok(Reply { status: status.ok_or_else(|| std::io::Error::other("no status"))?, body })
}

async fn line(stream: &mut BufStream<TcpStream>) -> std::io::Result<String> {
    let mut line = String::new();
    if stream.read_line(&mut line).await? == 0 {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim_end().to_owned())
}
