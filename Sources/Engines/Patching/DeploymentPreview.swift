import Domain
import FoundationEssentials

/// What a deployment would do, before anybody asks for it.
public struct DeploymentPreview: Sendable, Hashable {
    public struct Ring: Sendable, Hashable {
        public let name: String
        public let endpoints: Int
        /// The sum of the risk that is removed on its endpoints.
        public let risk: Double
        /// If all goes well and everybody is there; nil where no window opens within a year.
        public let starts: Date?
        public let ends: Date?
    }

    /// What has to be there before the patch, and on how many endpoints it is installed first.
    public struct Prerequisite: Sendable, Hashable {
        public let number: String
        public let endpoints: Int

        public init(_ number: String, endpoints: Int) {
            self.number = number
            self.endpoints = endpoints
        }
    }

    /// On how many endpoints the patch cannot be installed, and why.
    public struct Obstacle: Sendable, Hashable {
        public let reason: String
        public let endpoints: Int

        public init(_ reason: String, endpoints: Int) {
            self.reason = reason
            self.endpoints = endpoints
        }
    }

    public let rings: [Ring]
    public var prerequisites: [Prerequisite] = []
    public var obstacles: [Obstacle] = []

    public var endpoints: Int { rings.reduce(0) { $0 + $1.endpoints } }
    public var risk: Double { rings.reduce(0) { $0 + $1.risk } }
    public var starts: Date? { rings.first { $0.endpoints > 0 }?.starts }
    /// Nil where a ring's end is.
    public var ends: Date? {
        let busy = rings.filter { $0.endpoints > 0 }
        return busy.contains { $0.ends == nil } ? nil : busy.last?.ends
    }

    /// - Parameters:
    ///   - risks: what is removed on each member, in the order of the assignment.
    ///   - secondsEach: from its turn to its outcome.
    public init(
        _ plan: DeploymentPlan, assignment: RingAssignment, risks: [Double], secondsEach: Double, at now: Date
    ) {
        var counts = [[Int?: Int]](repeating: [:], count: plan.ringCount)
        var sums = [Double](repeating: 0, count: plan.ringCount)
        for (index, ring) in assignment.rings.enumerated() {
            counts[ring][assignment.schedules[index], default: 0] += 1
            sums[ring] += risks.indices.contains(index) ? risks[index] : 0
        }
        let calendars = plan.schedules.map(WindowCalendar.init)
        var start: Date? = max(plan.startsAt ?? now, now)
        rings = counts.indices.map { ring in
            let span = Self.span(counts[ring], from: start, plan.limits, calendars, secondsEach)
            let size = counts[ring].values.reduce(0, +)
            if size > 0 {
                start = span?.ends.addingTimeInterval(Double(plan.gate(after: ring).soakMinutes) * 60)
            }
            return Ring(
                name: plan.rings.indices.contains(ring) ? plan.rings[ring].name : "All", endpoints: size,
                risk: sums[ring], starts: size > 0 ? span?.starts : nil, ends: size > 0 ? span?.ends : nil)
        }
    }

    private static func span(
        _ cohorts: [Int?: Int], from start: Date?, _ limits: DeploymentLimits, _ calendars: [WindowCalendar?],
        _ secondsEach: Double
    ) -> (starts: Date, ends: Date)? {
        guard let start else { return nil }
        var span: (starts: Date, ends: Date)?
        for (schedule, count) in cohorts {
            let slots = limits.concurrent ?? count
            // The last begins when all before it have made room.
            let work = Double((count + slots - 1) / max(slots, 1) - 1) * secondsEach
            let calendar = schedule.flatMap { calendars.indices.contains($0) ? calendars[$0] : nil }
            guard let own = walk(work, from: start, calendar) else { return nil }
            let ends = own.last.addingTimeInterval(secondsEach)
            span = span.map { (min($0.starts, own.first), max($0.ends, ends)) } ?? (own.first, ends)
        }
        return span
    }

    /// When work begins, and when so much open time is over.
    private static func walk(
        _ work: Double, from start: Date, _ calendar: WindowCalendar?
    ) -> (first: Date, last: Date)? {
        guard let calendar else { return (start, start.addingTimeInterval(work)) }
        guard let first = calendar.nextOpening(from: start) else { return nil }
        var (left, from) = (work, first)
        for _ in 0..<200 {
            let end = from.addingTimeInterval(8 * 86_400)
            for opening in calendar.openings(from: from, until: end) {
                let length = opening.closes.timeIntervalSince(opening.opens)
                if left < length { return (first, opening.opens.addingTimeInterval(left)) }
                left -= length
            }
            from = end
        }
        return nil
    }
}
