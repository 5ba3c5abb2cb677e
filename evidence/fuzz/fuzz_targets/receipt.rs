#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| evidence_fuzz::targets::receipt(bytes));
