/// A copy of a fleet that has not heard of the latest changes. Vendors answer from several copies: what was just seen may
/// be missing in the next answer, and come back in the one after it.
struct LaggingCopy<Fleet: Sendable>: Sendable {
    private var fleet: Fleet?
    private var until = Moment(milliseconds: 0)

    /// Keeps what was, before it changes; what is still kept stays until the copy has caught up.
    mutating func keep(_ fleet: Fleet, at now: Moment, for seconds: Double) {
        guard seconds > 0, now >= until else { return }
        self.fleet = fleet
        until = now + seconds
    }

    /// Nil once it has caught up.
    func fleet(at now: Moment) -> Fleet? { now < until ? fleet : nil }
}
