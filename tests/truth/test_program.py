"""The zoo's own claims: without these, the tests that compare with its truth would prove nothing."""
import processes


def test_zoo_keeps_every_family_on_a_full_build(zoo):
    assert len(zoo.truth.kinds) >= 50
    assert zoo.truth.tracked > 20000


def test_truth_names_every_target_as_an_object(zoo):
    truth = zoo.truth
    assert all(target in truth.number for target in truth.targets)
    assert len(truth.number) == len(truth.addresses)


def test_truth_refcount_covers_the_references_found(zoo):
    """An object is referred to at least as often as the collector can see: otherwise copy and process differ."""
    truth, seen = zoo.truth, {}
    for target in truth.targets:
        seen[target] = seen.get(target, 0) + 1
    short = [
        truth.describe(truth.addresses[i])
        for i in range(truth.tracked)
        if truth.refcounts[i] < seen.get(truth.addresses[i], 0) and truth.addresses[i] not in truth.noise
    ]
    assert not short


def test_zoo_waits_without_a_child(zoo):
    assert processes.state(zoo.pid) in "StT"
    assert processes.children(zoo.pid) == []
