import Foundation
internal import AnnulGenerated

/// Milliseconds since it was made, which decide, and the wall clock, which only
/// stamps records. On a device that sleeps the first one may sleep too; a
/// timeout then takes longer, and nothing else changes.
struct Clock: Sendable {
    private let begun = DispatchTime.now().uptimeNanoseconds

    var millis: Int64 {
        Int64((DispatchTime.now().uptimeNanoseconds - begun) / 1_000_000)
    }

    var now: AnnulGenerated.Now {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .current
        let wanted: Set<Calendar.Component> = [.year, .month, .day, .hour, .minute, .second]
        let wall = calendar.dateComponents(wanted, from: Date())
        let number = { (part: Int?) in Int32(clamping: part ?? -1) }
        return AnnulGenerated.Now(
            millis: millis, year: number(wall.year), month: number(wall.month),
            day: number(wall.day), hour: number(wall.hour), minute: number(wall.minute),
            second: number(wall.second))
    }
}
