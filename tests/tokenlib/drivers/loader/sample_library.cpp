extern "C" __attribute__((visibility("default"))) int loaderSampleAnswer() { return 42; }
