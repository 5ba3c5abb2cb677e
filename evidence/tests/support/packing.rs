//! From a log to a pack, as a server makes one.

use std::collections::{BTreeMap, BTreeSet};

use evidence::action::Citation;
use evidence::checkpoint::{Checkpoint, SignedCheckpoint};
use evidence::key::Fingerprint;
use evidence::log::{Frontier, Hash, Node, inclusion_proof, leaf_hash, left_edge, right_edge};
use evidence::pack::{Cited, Contents, Edges};
use evidence::receipt::Receipt;

use super::{ENGINE, Log, named, public, signature};

/// Every complete node of a log.
pub type Nodes = BTreeMap<Node, Hash>;

impl Log {
    /// The pack of the whole log.
    pub fn pack(&self) -> Vec<u8> {
        self.pack_of(0, self.receipts.len())
    }

    /// The pack of the receipts from `from` to just before `to`.
    pub fn pack_of(&self, from: usize, to: usize) -> Vec<u8> {
        self.seal(self.contents(from, to))
    }

    /// Signs the manifest of a pack with the key that signs now.
    pub fn seal(&self, contents: Contents) -> Vec<u8> {
        let unsealed = contents.lay_out().unwrap();
        let signature = signature(self.signer(), &unsealed.message());
        unsealed.seal(public(self.signer()), signature).unwrap()
    }

    /// What the pack of these receipts is made from.
    pub fn contents(&self, from: usize, to: usize) -> Contents {
        let (nodes, size) = (self.nodes(), self.receipts.len());
        let hashes = |nodes_of: &mut dyn Iterator<Item = Node>| nodes_of.map(|node| nodes[&node]).collect();
        Contents {
            checkpoint: self.checkpoint(),
            cited: self.cited(from, to, &nodes),
            contracts: self.contracts.values().cloned().collect(),
            edges: Edges {
                left: hashes(&mut left_edge(from as u64)),
                right: hashes(&mut right_edge(to as u64, size as u64)),
            },
            engine: named(ENGINE),
            envelopes: self.envelopes.values().map(|compiled| compiled.envelope().clone()).collect(),
            from: from as u64,
            log: self.id.clone(),
            opened: Vec::new(),
            purpose: named("security review"),
            receipts: self.receipts[from..to].iter().map(|(_, signed)| signed.bytes().to_vec()).collect(),
            tenant: self.tenant.clone(),
            trust: self.trust.clone(),
            verifier: None,
        }
    }

    /// The signed head of the log as it is.
    pub fn checkpoint(&self) -> SignedCheckpoint {
        self.checkpoint_at(self.receipts.len())
    }

    /// The signed head of the log when it had `size` receipts.
    pub fn checkpoint_at(&self, size: usize) -> SignedCheckpoint {
        let mut frontier = Frontier::new();
        for (_, signed) in &self.receipts[..size] {
            frontier.push(leaf_hash(signed.bytes())).unwrap();
        }
        let checkpoint = Checkpoint::new(self.origin(), frontier.size(), frontier.root()).unwrap();
        self.sign_checkpoint(checkpoint)
    }

    /// Signs any checkpoint.
    pub fn sign_checkpoint(&self, checkpoint: Checkpoint) -> SignedCheckpoint {
        let signature = signature(self.signer(), &checkpoint.signature_input());
        SignedCheckpoint::assemble(checkpoint, &self.signer().verifying_key(), signature).unwrap()
    }

    /// The origin of the log's checkpoints.
    pub fn origin(&self) -> String {
        format!("portal.northwind.example/{}", self.id)
    }

    /// What a reader types to name the key that signs now.
    pub fn fingerprint(&self) -> Fingerprint {
        public(self.signer()).id().into()
    }

    /// Every complete node.
    pub fn nodes(&self) -> Nodes {
        let (mut nodes, mut frontier) = (Nodes::new(), Frontier::new());
        for (_, signed) in &self.receipts {
            let mut keep = |node, hash| {
                nodes.insert(node, hash);
            };
            frontier.push_seen(leaf_hash(signed.bytes()), &mut keep).unwrap();
        }
        nodes
    }

    /// The earlier receipts that those of the range rely on: keys, documents, standing, and what is cited.
    fn cited(&self, from: usize, to: usize, nodes: &Nodes) -> Vec<Cited> {
        let mut wanted: BTreeSet<u64> = BTreeSet::new();
        for (receipt, _) in &self.receipts[from..to] {
            wanted.extend(citations(receipt).iter().map(|cited| cited.seq));
        }
        for (receipt, _) in &self.receipts[..from] {
            let establishes =
                matches!(receipt, Receipt::Activation(_) | Receipt::Key(_) | Receipt::Standing(_));
            let votes = matches!(receipt, Receipt::Approval(vote) if wanted.contains(&vote.decision.seq));
            if establishes || votes {
                wanted.insert(receipt.entry().seq);
            }
        }
        let size = self.receipts.len() as u64;
        let earlier = wanted.into_iter().filter(|seq| *seq < from as u64);
        let cite = |seq| Cited {
            proof: inclusion_proof(seq, size, &mut |node| nodes.get(&node).copied()).unwrap(),
            receipt: self.receipts[usize::try_from(seq).unwrap()].1.clone(),
            seq,
        };
        earlier.map(cite).collect()
    }
}

/// The receipts that a receipt cites.
fn citations(receipt: &Receipt) -> Vec<&Citation> {
    match receipt {
        Receipt::Approval(approval) => vec![&approval.decision],
        Receipt::Decision(decision) => {
            let resumed = decision.standing.approval.as_ref().map(|approval| &approval.decision);
            resumed.into_iter().chain(&decision.action.undoes).collect()
        }
        Receipt::Outcome(outcome) => vec![&outcome.decision],
        Receipt::Activation(_) | Receipt::Key(_) | Receipt::Notice(_) | Receipt::Standing(_) => Vec::new(),
    }
}
