//! A portal is told to stop.

use std::io::Write as _;
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
