// Medians, and what one round of a measurement is.
#pragma once

#include <functional>
#include <vector>

namespace ukey::bench {

double median(std::vector<double> values);

/// The median time of one call in microseconds, over `calls` calls.
double medianMicroseconds(int calls, const std::function<void()>& call);

/// Calls a second over `calls` calls.
double callsPerSecond(int calls, const std::function<void()>& call);

/// A line of the report.
void say(const char* what, double value, const char* unit, const char* aim, bool holds);

}  // namespace ukey::bench
