//! A portal is told to stop.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use crate::place::Place;
use crate::portal::{Served, answer, update};

#[test]
fn whoever_is_being_answered_gets_the_answer_first() {
    let place = Place::sqlite();
    let portal = Served::start(&place);
    let request = portal.request("POST", "/v1/actions", &update("1").to_string());
    let (first, rest) = request.split_at(request.len() - 10);
    let mut stream = TcpStream::connect(&portal.address).unwrap();
    stream.write_all(first.as_bytes()).unwrap();
    // A second caller is answered, so the first one's beginning has arrived by now.
    assert_eq!(portal.get("/healthz").0, 200);
    portal.tell_to_stop();
    while TcpStream::connect(&portal.address).is_ok() {
        std::thread::yield_now();
    }
    stream.write_all(rest.as_bytes()).unwrap();
    let (status, body) = answer(stream);
    assert_eq!(status, 200);
    assert!(String::from_utf8_lossy(&body).contains("COMMITTED"));
    let (code, log) = portal.ended();
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("told to stop"), "{log}");
}

#[test]
fn whoever_follows_a_log_does_not_hold_the_end_up() {
    let place = Place::sqlite();
    let portal = Served::start(&place);
    let request = portal.request("GET", "/v1/tenants/acme/receipts/stream?from=0", "");
    let mut stream = TcpStream::connect(&portal.address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut read = Vec::new();
    while !read.windows(5).any(|window| window == b"id: 3") {
        let mut bytes = [0; 4096];
        let count = stream.read(&mut bytes).unwrap();
        assert!(count > 0, "{}", String::from_utf8_lossy(&read));
        read.extend_from_slice(&bytes[..count]);
    }
    portal.tell_to_stop();
    stream.read_to_end(&mut read).unwrap();
    let (code, log) = portal.ended();
    assert_eq!(code, Some(0), "{log}");
    assert!(!log.contains("some were still being answered"), "{log}");
}
