//! Chance that is the same every time: `SplitMix64`.

/// Numbers that follow from a seed.
pub struct Chance(u64);

impl Chance {
    /// Chance from a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5851_F42D_4C95_7F2D)
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, which is not 0.
    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.number() >> 33).unwrap() % bound
    }

    /// Whether something happens that happens once in `times`.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of these.
    pub fn one_of<'a, T>(&mut self, these: &'a [T]) -> &'a T {
        &these[self.below(these.len())]
    }

    /// One of these words.
    pub fn word_of<'a>(&mut self, these: &[&'a str]) -> &'a str {
        these[self.below(these.len())]
    }

    /// Some of these, in their order; at least one.
    pub fn some_of<T: Clone>(&mut self, these: &[T]) -> Vec<T> {
        let mut some: Vec<T> = these.iter().filter(|_| self.once_in(2)).cloned().collect();
        if some.is_empty() {
            some.push(self.one_of(these).clone());
        }
        some
    }
}
